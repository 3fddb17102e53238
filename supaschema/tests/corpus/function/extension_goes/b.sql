-- an extension goes or comes as a whole: its functions are not its user's, one by one
create schema app;
