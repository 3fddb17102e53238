//go:build dotnet

package main

import (
	"embed"
	"fmt"
	"net/http"

	"github.com/pulumi/pulumi/pkg/v3/codegen/dotnet"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

//go:embed logo.png
var logo embed.FS

// The generator fetches the package's picture by HTTP; nothing is fetched here.
func init() {
	http.DefaultTransport.(*http.Transport).RegisterProtocol("file", http.NewFileTransport(http.FS(logo)))
}

func generate(language string, pkg *schema.Package) (map[string][]byte, error) {
	if language != "dotnet" {
		return nil, fmt.Errorf("this is the generator for dotnet alone, not for %s", language)
	}
	pkg.LogoURL = "file:///logo.png"
	return dotnet.GeneratePackage(tool, pkg, nil, nil)
}
