package main

import (
	"testing"

	"umbral/protocols"
	"umbral/screening"
	"umbral/server/web"
)

// What is withdrawn or replaced is no line of the manifest, and stays served.
func TestBlobsOf_OnlyWhatMayBeBegunIsListed(t *testing.T) {
	version := func(id string, n int) protocols.Published {
		return protocols.Published{SHA256: id + string(rune('0'+n)), Bytes: []byte(id + string(rune('0'+n))), Protocol: screening.Protocol{ID: id, Version: n}}
	}
	a1, a2, a3, b1 := version("a", 1), version("a", 2), version("a", 3), version("b", 1)
	a3.Withdrawn, b1.Withdrawn = &protocols.Withdrawal{}, &protocols.Withdrawal{}
	blobs := blobsOf([]protocols.Published{a1, a2, a3, b1}, []protocols.Published{a2})
	if len(blobs) != 4 {
		t.Fatalf("%d blobs", len(blobs))
	}
	for _, b := range blobs {
		if want := !(b.ID == "a" && b.Version == 2); b.Old != want || b.Kind != web.KindProtocol {
			t.Errorf("%s@%d: old is %v", b.ID, b.Version, b.Old)
		}
	}
}
