// A program in TypeScript, with the classes that Pulumi's generator makes: deploys to the database that
// SUPASCHEMA_DATABASE_URL names, finds nothing left to do, and takes everything back. Prints what each step did.
// The arguments: a folder for the project and its state, and the plugin's.

import * as automation from "@pulumi/pulumi/automation";
import * as pulumi from "@pulumi/pulumi";
import * as supaschema from "./supaschema";

async function program(): Promise<Record<string, pulumi.Output<string>>> {
    const state = new supaschema.EnumType("state", { name: "note_state", labels: ["new", "done"] });
    const notes = new supaschema.Table("notes", {
        name: "notes",
        columns: [
            { name: "id", type: "bigint", identity: "always" },
            { name: "state", type: state.qualifiedName, default: "'new'", nullable: false },
        ],
        primaryKey: { columns: ["id"] },
    });
    const view = new supaschema.View("waiting", {
        name: "waiting_notes",
        query: pulumi.interpolate`select id from ${notes.qualifiedName}`,
    });
    return { view: view.name };
}

async function main(folder: string, plugin: string): Promise<void> {
    const settings: automation.ProjectSettings = {
        name: "notes",
        runtime: "nodejs",
        backend: { url: `file://${folder}` },
        plugins: { providers: [{ name: "supaschema", path: plugin }] },
    } as automation.ProjectSettings;
    const stack = await automation.LocalWorkspace.createOrSelectStack(
        { stackName: "typescript", projectName: "notes", program },
        { projectSettings: settings, workDir: folder },
    );
    const done = await stack.up();
    const again = await stack.preview({ expectNoChanges: true });
    const back = await stack.destroy();
    console.log(JSON.stringify({
        up: done.summary.resourceChanges,
        view: done.outputs.view.value,
        again: again.changeSummary,
        back: back.summary.resourceChanges,
    }));
}

main(process.argv[2], process.argv[3]).catch((error) => {
    console.error(error);
    process.exit(1);
});
