-- all that names what an extension brings comes after it: types, functions, operators, operator classes
create schema app;
create schema tools;
