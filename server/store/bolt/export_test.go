package bolt

// SetFreshSize lets a test move index entries to the large index early.
func (s *Store) SetFreshSize(entries uint64) { s.freshSize = entries }
