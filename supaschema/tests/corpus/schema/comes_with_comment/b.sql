-- a schema comes with a comment
create schema reports;
comment on schema reports is 'what people read';
