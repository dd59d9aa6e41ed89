package store_test

import (
	"path/filepath"
	"testing"

	"umbral/server/store"
	"umbral/server/store/storetest"
)

func TestBolt(t *testing.T) {
	storetest.Run(t, func(t *testing.T, dir string) (store.Store, error) {
		return store.Open("bolt:"+filepath.Join(dir, "umbral.db"), storetest.Master())
	})
}

func TestOpen_RefusesWhatItDoesNotKnow(t *testing.T) {
	for _, url := range []string{"postgres://db", "bolt:", ""} {
		if s, err := store.Open(url, storetest.Master()); err == nil {
			t.Errorf("%q opened: %v", url, s.Close())
		}
	}
}

func TestOpen_BarePath(t *testing.T) {
	s, err := store.Open(filepath.Join(t.TempDir(), "deep", "umbral.db"), storetest.Master())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
