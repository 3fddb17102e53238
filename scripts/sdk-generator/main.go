// Writes an SDK from a package's schema by Pulumi's own generators: main SCHEMA LANGUAGE FOLDER.
// The CLI has them in plugins for each language, which are not everywhere. The one for .NET left their module long ago:
// it is built from the last version that had it, by `-tags dotnet -modfile dotnet.mod`.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "`make sdk`, with Pulumi's generator"

// The package speaks of no other, so that none is to be loaded.
type nowhere struct{ schema.Loader }

func bound(schemaFile string) (*schema.Package, error) {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, err
	}
	pkg, diagnostics, err := schema.BindSpec(spec, nowhere{}, schema.ValidationOptions{})
	if err == nil && diagnostics.HasErrors() {
		err = diagnostics
	}
	return pkg, err
}

func run(arguments []string) error {
	if len(arguments) != 3 {
		return errors.New("usage: SCHEMA LANGUAGE FOLDER")
	}
	pkg, err := bound(arguments[0])
	if err != nil {
		return err
	}
	files, err := generate(arguments[1], pkg)
	if err != nil {
		return err
	}
	for name, content := range files {
		path := filepath.Join(arguments[2], name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
