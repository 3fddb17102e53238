// A program in Go, with the types that Pulumi's generator makes: deploys to the database that SUPASCHEMA_DATABASE_URL
// names, finds nothing left to do, and takes everything back. Prints what each step did.
// The arguments: a folder for the project and its state, and the plugin's.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"supaschema.local/sdk/supaschema"
)

func program(ctx *pulumi.Context) error {
	state, err := supaschema.NewEnumType(ctx, "state", &supaschema.EnumTypeArgs{
		Name:   pulumi.String("note_state"),
		Labels: pulumi.ToStringArray([]string{"new", "done"}),
	})
	if err != nil {
		return err
	}
	notes, err := supaschema.NewTable(ctx, "notes", &supaschema.TableArgs{
		Name: pulumi.String("notes"),
		Columns: supaschema.ColumnArray{
			supaschema.ColumnArgs{
				Name: pulumi.String("id"), Type: pulumi.String("bigint"), Identity: pulumi.String("always"),
			},
			supaschema.ColumnArgs{
				Name: pulumi.String("state"), Type: state.QualifiedName, Default: pulumi.String("'new'"),
				Nullable: pulumi.Bool(false),
			},
		},
		PrimaryKey: supaschema.PrimaryKeyArgs{Columns: pulumi.ToStringArray([]string{"id"})},
	})
	if err != nil {
		return err
	}
	view, err := supaschema.NewView(ctx, "waiting", &supaschema.ViewArgs{
		Name:  pulumi.String("waiting_notes"),
		Query: pulumi.Sprintf("select id from %s", notes.QualifiedName),
	})
	if err != nil {
		return err
	}
	ctx.Export("view", view.Name)
	return nil
}

func deployed(folder, plugin string) (map[string]any, error) {
	ctx := context.Background()
	project := workspace.Project{
		Name:    "notes",
		Runtime: workspace.NewProjectRuntimeInfo("go", nil),
		Backend: &workspace.ProjectBackend{URL: "file://" + folder},
		Plugins: &workspace.Plugins{Providers: []workspace.PluginOptions{{Name: "supaschema", Path: plugin}}},
	}
	stack, err := auto.UpsertStackInlineSource(ctx, "go", "notes", program, auto.Project(project), auto.WorkDir(folder))
	if err != nil {
		return nil, err
	}
	done, err := stack.Up(ctx)
	if err != nil {
		return nil, err
	}
	again, err := stack.Preview(ctx, optpreview.ExpectNoChanges())
	if err != nil {
		return nil, err
	}
	back, err := stack.Destroy(ctx)
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"up":    done.Summary.ResourceChanges,
		"view":  done.Outputs["view"].Value,
		"again": again.ChangeSummary,
		"back":  back.Summary.ResourceChanges,
	}, nil
}

func main() {
	told, err := deployed(os.Args[1], os.Args[2])
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(told)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
