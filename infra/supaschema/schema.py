VERSION='0.1.0'
def package_schema(x): return {"name":"supaschema","version":VERSION}
