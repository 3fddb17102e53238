-- tables of two schemas with equal names go and hold rows
create schema one;
create schema two;
