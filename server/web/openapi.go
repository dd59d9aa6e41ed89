package web

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/gofiber/fiber/v2"
	"gopkg.in/yaml.v3"
)

// openAPIYAML is the contract as people write it; a test holds the routes and
// real answers against it.
//
//go:embed openapi.yaml
var openAPIYAML []byte

// openAPIJSON is the contract as it is served.
func openAPIJSON() ([]byte, error) {
	var doc map[string]any
	if err := yaml.Unmarshal(openAPIYAML, &doc); err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	out, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	return out, nil
}

func (a *API) openapi(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, mediaJSON)
	return c.Send(a.openAPI)
}
