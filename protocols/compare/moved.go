package compare

import "slices"

// movedOf names the fewest entries that must have changed place among those
// that both lists have: those outside of a longest run that kept its order.
func movedOf(old, now []entry) map[string]bool {
	before := byID(old)
	var ids []string
	var at []int // where the entries of now stood, in the order of now
	for _, e := range now {
		if was, ok := before[e.id]; ok {
			ids, at = append(ids, e.id), append(at, was.at)
		}
	}
	moved := map[string]bool{}
	for i := range ids {
		moved[ids[i]] = true
	}
	for _, i := range longestRun(at) {
		delete(moved, ids[i])
	}
	return moved
}

// longestRun returns the positions of a longest increasing run of distinct numbers.
func longestRun(numbers []int) []int {
	var tails []int // tails[n]: where the run of n+1 numbers with the least end ends
	from := make([]int, len(numbers))
	for i, n := range numbers {
		at, _ := slices.BinarySearchFunc(tails, n, func(t, n int) int { return numbers[t] - n })
		from[i] = -1
		if at > 0 {
			from[i] = tails[at-1]
		}
		if at == len(tails) {
			tails = append(tails, i)
		} else {
			tails[at] = i
		}
	}
	var run []int
	if len(tails) > 0 {
		for i := tails[len(tails)-1]; i >= 0; i = from[i] {
			run = append(run, i)
		}
	}
	slices.Reverse(run)
	return run
}
