-- Finds: a column that is named like a secret and readable by end users; worst where row level security is off.
-- Refused at preview: no: grants and columns are declared apart.
-- Supabase's linter: sensitive_columns_exposed (that one only where row level security is off).
select
  'secrets_readable' as check,
  case when c.relrowsecurity then 'warning' else 'error' end as level,
  format('%I.%I.%I', n.nspname, c.relname, a.attname) as object,
  format('%s may read it back', string_agg(reader.role, ' and ' order by reader.role)) as detail,
  'Grant SELECT column by column, without this one: a secret is written by users and read by services.' as remedy
from pg_catalog.pg_attribute as a
join pg_catalog.pg_class as c on c.oid = a.attrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
cross join (values ('anon'), ('authenticated')) as reader (role)
where c.relkind in ('r', 'p', 'v', 'm', 'f')
  and a.attnum > 0
  and not a.attisdropped
  and n.nspname = any (string_to_array(current_setting('checks.exposed_schemas'), ','))
  and lower(a.attname) ~ (
    '(^|_)(password|passwd|passphrase|secrets?|credentials?|private_key|(api|access|secret|ssh|gpg)_?key'
    '|(access|refresh|session|bearer|auth|oauth|api)_?token|token|jwt|otp|(recovery|backup|verification)_code'
    '|ssn|passport_number|national_id|tax_id|iban|card_number|cvv|cvc|account_number|medical_record)$'
  )
  and has_column_privilege(reader.role, c.oid, a.attnum, 'select')
group by c.relrowsecurity, n.nspname, c.relname, a.attname
order by object
