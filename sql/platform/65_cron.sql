-- Schema cron: the tables, functions and grants of pg_cron; jobs are kept but nothing runs them.
-- A job belongs to the role that scheduled it, and its name is unique per role, as there.

create sequence if not exists cron.jobid_seq;
create sequence if not exists cron.runid_seq;

create table if not exists cron.job (
  jobid bigint not null default nextval('cron.jobid_seq'),
  schedule text not null,
  command text not null,
  nodename text not null default 'localhost',
  nodeport integer not null default coalesce(inet_server_port(), 5432),
  database text not null default current_database(),
  username text not null default current_user,
  active boolean not null default true,
  jobname text,
  constraint job_pkey primary key (jobid),
  constraint jobname_username_uniq unique (jobname, username)
);
alter table cron.job enable row level security;
drop policy if exists cron_job_policy on cron.job;
create policy cron_job_policy on cron.job using (username = current_user);

create table if not exists cron.job_run_details (
  jobid bigint,
  runid bigint not null default nextval('cron.runid_seq'),
  job_pid integer,
  database text,
  username text,
  command text,
  status text,
  return_message text,
  start_time timestamptz,
  end_time timestamptz,
  constraint job_run_details_pkey primary key (runid)
);
alter table cron.job_run_details enable row level security;
drop policy if exists cron_job_run_details_policy on cron.job_run_details;
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);

-- The functions below run as their owner, so the caller is whoever `set role` names, else the login.
create or replace function _platform.cron_caller() returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select case current_setting('role') when 'none' then session_user::text else current_setting('role') end
$$;

-- Five fields, one of the @names, or '1..59 seconds'.
create or replace function _platform.cron_check_schedule(schedule text) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
  if schedule !~* '^\s*([0-9a-z*/,$-]+\s+){4}[0-9a-z*/,$-]+\s*$'
     and schedule !~* '^\s*([1-9]|[1-5][0-9])\s+seconds?\s*$'
     and schedule !~* '^@(yearly|annually|monthly|weekly|daily|midnight|hourly|reboot)$' then
    raise exception 'invalid schedule: %', schedule
      using errcode = '22023',
            hint = 'Use cron format (e.g. 5 4 * * *), or interval format ''[1-59] seconds''';
  end if;
end
$$;

create or replace function _platform.cron_require_job(job_id bigint, caller text) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from cron.job where job.jobid = job_id and job.username = caller) then
    raise exception 'could not find valid entry for job ''%''', job_id;
  end if;
end
$$;

create or replace function _platform.cron_require_database(name text) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from pg_catalog.pg_database as known where known.datname = cron_require_database.name) then
    raise exception 'database "%" does not exist', cron_require_database.name using errcode = '3D000';
  end if;
end
$$;

create or replace function cron.schedule(job_name text, schedule text, command text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  job_id bigint;
begin
  perform _platform.cron_check_schedule(schedule);
  insert into cron.job as known (jobname, schedule, command, username)
  values (job_name, schedule, command, _platform.cron_caller())
  on conflict on constraint jobname_username_uniq do update
    set schedule = excluded.schedule, command = excluded.command, database = excluded.database
  returning known.jobid into job_id;
  return job_id;
end
$$;

create or replace function cron.schedule(schedule text, command text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  return cron.schedule(null::text, schedule, command);
end
$$;

create or replace function cron.schedule_in_database(
  job_name text,
  schedule text,
  command text,
  database text,
  username text default null,
  active boolean default true
) returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  job_id bigint;
begin
  perform _platform.cron_check_schedule(schedule_in_database.schedule);
  perform _platform.cron_require_database(schedule_in_database.database);
  if schedule_in_database.username is not null and schedule_in_database.username <> _platform.cron_caller() then
    raise exception 'must be superuser to create a job for another role' using errcode = '42501';
  end if;
  insert into cron.job as known (jobname, schedule, command, database, username, active)
  values (job_name, schedule_in_database.schedule, schedule_in_database.command, schedule_in_database.database,
          _platform.cron_caller(), schedule_in_database.active)
  on conflict on constraint jobname_username_uniq do update
    set schedule = excluded.schedule, command = excluded.command, database = excluded.database, active = excluded.active
  returning known.jobid into job_id;
  return job_id;
end
$$;

create or replace function cron.unschedule(job_id bigint) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform _platform.cron_require_job(job_id, _platform.cron_caller());
  delete from cron.job where job.jobid = job_id;
  return true;
end
$$;

create or replace function cron.unschedule(job_name text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from cron.job where job.jobname = job_name and job.username = _platform.cron_caller();
  if not found then
    raise exception 'could not find valid entry for job ''%''', job_name;
  end if;
  return true;
end
$$;

create or replace function cron.alter_job(
  job_id bigint,
  schedule text default null,
  command text default null,
  database text default null,
  username text default null,
  active boolean default null
) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform _platform.cron_require_job(job_id, _platform.cron_caller());
  if alter_job.schedule is not null then
    perform _platform.cron_check_schedule(alter_job.schedule);
  end if;
  if alter_job.username is not null and alter_job.username <> _platform.cron_caller() then
    raise exception 'must be superuser to alter username' using errcode = '42501';
  end if;
  if alter_job.database is not null then
    perform _platform.cron_require_database(alter_job.database);
  end if;
  update cron.job as known
  set schedule = coalesce(alter_job.schedule, known.schedule),
      command = coalesce(alter_job.command, known.command),
      database = coalesce(alter_job.database, known.database),
      active = coalesce(alter_job.active, known.active)
  where known.jobid = job_id;
end
$$;

-- `postgres` calls the functions and reads the tables; it never writes a job by hand.
revoke all on all functions in schema cron from public;
grant execute on all functions in schema cron to postgres with grant option;
revoke all on cron.job from postgres;
grant select on cron.job to postgres with grant option;
revoke trigger on cron.job_run_details from postgres cascade;
