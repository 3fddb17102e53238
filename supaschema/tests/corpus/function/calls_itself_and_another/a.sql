-- functions that call each other in their texts come
create schema app;
