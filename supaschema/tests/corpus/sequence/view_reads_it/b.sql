-- a view shows the value of a sequence that changes, and neither is dropped
create schema app;
create sequence app.numbers as integer cache 5;
create view app.state with (security_invoker = true) as select last_value from app.numbers;
