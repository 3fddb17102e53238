-- default privileges come, and go
create schema app;
