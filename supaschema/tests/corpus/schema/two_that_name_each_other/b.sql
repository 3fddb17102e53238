-- two schemas come whose tables name each other
create schema one;
create schema two;
create table two.parents (id bigint primary key);
create table one.children (id bigint primary key, parent bigint references two.parents);
create table two.grandchildren (id bigint primary key, child bigint references one.children);
