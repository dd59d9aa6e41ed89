package main

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// originsOf are the addresses at which browsers open the page, as --origin
// names them; none where it is empty.
func originsOf(list string) ([]string, error) {
	var origins []string
	for one := range strings.SplitSeq(list, ",") {
		if one = strings.TrimSpace(one); one == "" {
			continue
		}
		u, err := url.Parse(one)
		if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback(net.JoinHostPort(u.Hostname(), "1"))) || u.Scheme+"://"+u.Host != one {
			return nil, fmt.Errorf("%w: --origin %q is no origin; give for example https://umbral.example, without a path", errUsage, one)
		}
		origins = append(origins, one)
	}
	return origins, nil
}
