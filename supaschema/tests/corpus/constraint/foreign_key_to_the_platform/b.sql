-- a foreign key comes to the platform's users
create schema app;
create table app.profiles (id uuid primary key references auth.users (id) on delete cascade);
