-- what nobody has drawn from begins anew within other limits
create schema app;
create sequence app.turns increment by -1;
create sequence app.begins_later minvalue 100;
create sequence app.grows as integer minvalue 40000;
