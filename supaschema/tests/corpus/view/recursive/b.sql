-- a recursive view comes
create schema app;
create table app.nodes (id bigint primary key, parent bigint);
create recursive view app.tree (id, depth) as
  select id, 0 from app.nodes where parent is null
  union all select n.id, t.depth + 1 from app.nodes n join tree t on t.id = n.parent;
