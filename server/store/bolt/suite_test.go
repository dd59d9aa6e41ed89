package bolt_test

import (
	"path/filepath"
	"testing"

	"umbral/server/store"
	"umbral/server/store/bolt"
	"umbral/server/store/storetest"
)

// The suite with an index that settles all the time, so that every list reads
// from both indexes. With the usual size (store_test.go) it settles in none.
func TestSuite_SettlingOften(t *testing.T) {
	storetest.Run(t, func(t *testing.T, dir string) (store.Store, error) {
		s, err := bolt.Open(filepath.Join(dir, "umbral.db"), storetest.Master())
		if err != nil {
			return nil, err
		}
		s.SetFreshSize(40)
		return s, nil
	})
}
