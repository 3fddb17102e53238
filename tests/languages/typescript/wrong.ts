// What the type checker must refuse: a property that there is not, and one of another type.

import * as supaschema from "./supaschema";

new supaschema.Table("notes", { name: "notes", columns: [{ nam: "id", type: "bigint" }] });
new supaschema.Index("by_title", { name: "notes_by_title", table: 3, keys: ["title"] });
