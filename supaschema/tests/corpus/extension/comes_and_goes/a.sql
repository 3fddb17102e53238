-- an extension comes into a schema that comes with it
select;
