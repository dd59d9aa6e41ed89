package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"umbral/server/auth"
)

// askFactors makes the real server's rules: who reads or manages needs a second
// factor, and nobody chooses a password that others have lost.
func (n *node) askFactors(v values) error {
	origins, err := originsOf(v["origin"])
	if err != nil {
		return err
	}
	n.proofs.Origins = origins
	n.auth.NeedFactor = true
	lists := auth.Lists{auth.Common{}}
	if name := v["breached-passwords"]; name != "" {
		if n.breached, err = auth.OpenBreached(name); err != nil {
			return fmt.Errorf("%w; --breached-passwords takes the SHA-1 file of haveibeenpwned.com that is ordered by hash", err)
		}
		lists = append(lists, n.breached)
	}
	n.auth.Common = lists
	return n.passkeys(origins)
}

// passkeys makes passkeys for pages at origins; without any there are none.
func (n *node) passkeys(origins []string) error {
	if len(origins) == 0 {
		return nil
	}
	party, err := auth.NewParty(origins...)
	if err != nil {
		return fmt.Errorf("%w: --origin: %w", errUsage, err)
	}
	n.auth.Party = party
	return nil
}

func runFactors(ctx context.Context, args []string, std streams) int {
	return operate(ctx, "factors", args, 2, std, func(v values, words []string) error {
		if len(words) != 2 || words[0] != "reset" {
			return fmt.Errorf("%w: it is called: server factors reset USERNAME [--data DIR]", errUsage)
		}
		if err := running(askServer(ctx, v["data"], http.MethodPost, "/reset-factors/"+url.PathEscape(words[1]))); err != nil {
			return err
		}
		_, err := fmt.Fprintf(std.out, "%s has no second factor now and is signed out everywhere; the next sign-in sets up a new one\n", words[1])
		return err
	})
}

// resetFactors forgets the second factors of the account with this name, for an
// only administrator who lost phone and codes.
func (n *node) resetFactors(ctx context.Context, username string) error {
	a, _, err := n.store.AccountByName(ctx, username)
	if err != nil {
		return err
	}
	return n.auth.ResetFactors(ctx, auth.Operator, a.ID)
}
