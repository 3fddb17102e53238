-- a view with everything in it comes
create schema app;
create table app.notes (id bigint primary key, a integer, at timestamptz);
create view app.v as
  with recent as (select n.* from app.notes n where n.at > now() - interval '1 day')
  select r.id, count(*) over (partition by r.a order by r.id) as "how many", x.value, 'a;b--c' as text
    from recent r left join lateral (select max(n.a) as value from app.notes n where n.id < r.id) x on true
   where r.a in (select 1 union select 2) order by r.id limit 10;
