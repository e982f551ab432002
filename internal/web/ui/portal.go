package ui

// part gives the count at index i in hundredths of the greatest last count.
func part(r Grown, i int, all []Grown) string {
	if i < 0 || i >= len(r.Counts) {
		return "0"
	}
	return itoa(r.Counts[i] * 100 / greatest(all))
}

// gain gives what came since the date before the last, in the same measure; a
// loss is none.
func gain(r Grown, all []Grown) string {
	n := len(r.Counts)
	if n == 0 {
		return "0"
	}
	was := 0
	if n > 1 {
		was = r.Counts[n-2]
	}
	return itoa(max(r.Counts[n-1]-was, 0) * 100 / greatest(all))
}

func greatest(all []Grown) int {
	most := 1
	for _, r := range all {
		for _, n := range r.Counts {
			most = max(most, n)
		}
	}
	return most
}
