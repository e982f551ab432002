package catalogue

import "slices"

// SeedMayBecome reports whether a seed may go from one state to another.
func SeedMayBecome(from, to State) bool { return slices.Contains(seedSteps[from], to) }
