-- what nobody has drawn from begins anew within other limits
create schema app;
create sequence app.turns;
create sequence app.begins_later;
create sequence app.grows as smallint;
