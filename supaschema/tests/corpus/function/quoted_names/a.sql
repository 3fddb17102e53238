-- a function comes of which every name needs quotes
create schema "My Schema";
