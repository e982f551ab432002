package sheet

// findHeader gives the index of the first header row in rows and how many known
// labels it holds; -1 when nothing looks like a header over records.
func findHeader(rows []rawRow, known func(string) bool) (index, knownLabels int) {
	type candidate struct {
		score float64
		known int
	}
	reach := min(len(rows), headerReach)
	cands := make([]candidate, reach)
	best := 0.0
	for i := range reach {
		labels, filled := map[string]bool{}, 0
		cols := map[int]bool{}
		kn := 0
		for _, c := range rows[i].cells {
			filled++
			cols[c.at()] = true
			if labelLike(c) {
				name := headerName(c.Text)
				if !labels[name] && known(name) {
					kn++
				}
				labels[name] = true
			}
		}
		if len(labels) == 0 || float64(filled) > 1.34*float64(countLabels(rows[i])) {
			continue
		}
		covered, all, support := 0, 0, 0
		for _, r := range rows[i+1 : min(len(rows), i+51)] {
			in := 0
			for _, c := range r.cells {
				if cols[c.at()] {
					in++
				}
			}
			covered += in
			all += len(r.cells)
			if in >= 2 || in == 1 && len(cols) == 1 {
				support++
			}
		}
		if len(labels) < 2 && !(kn == 1 && len(cols) == 1) || support == 0 {
			continue
		}
		cov := float64(covered) / float64(max(all, 1))
		s := (float64(len(labels)) + 2*float64(kn)) * (0.5 + 0.5*cov)
		cands[i] = candidate{s, kn}
		best = max(best, s)
	}
	for i, c := range cands {
		if c.score > 0 && c.score >= 0.6*best {
			return i, c.known
		}
	}
	return -1, 0
}

func countLabels(r rawRow) int {
	n := 0
	for _, c := range r.cells {
		if labelLike(c) {
			n++
		}
	}
	return n
}

// extendHeader finds the rows that belong to the header together with first.
func extendHeader(rows []rawRow, merges []rect, first int, format Format, known func(string) bool) (top, bottom int) {
	top, bottom = first, first
	for bottom-top < 3 && bottom+2 < len(rows) && rows[bottom+1].number == rows[bottom].number+1 && headerGoesOn(rows, merges, bottom, known) {
		bottom++
	}
	for bottom-top < 3 && top > 0 && rows[top-1].number == rows[top].number-1 && headerBegins(rows, merges, top-1, top, format) {
		top--
	}
	return top, bottom
}

// headerGoesOn reports whether the row after rows[i] is a further header row:
// a merged range says so, or it names the columns that rows[i] leaves blank.
func headerGoesOn(rows []rawRow, merges []rect, i int, known func(string) bool) bool {
	row, next := rows[i], rows[i+1]
	if countLabels(next) < len(next.cells) || countLabels(next) < 2 {
		return false
	}
	width := 0
	if n := len(row.cells); n > 0 {
		width = row.cells[n-1].at()
	}
	for _, m := range merges {
		if m.r1 == row.number && m.r2 == row.number && m.c2 > m.c1 && !(m.c1 <= 1 && m.c2 >= width && len(row.cells) == m.c2-m.c1+1) {
			return true // one header over several columns
		}
		if m.r1 <= row.number && m.r2 == next.number {
			return true // one header over both rows
		}
	}
	// Columns that the records fill and this row does not name.
	fills := map[int]int{}
	below := rows[i+2 : min(len(rows), i+52)]
	for _, r := range below {
		for _, c := range r.cells {
			fills[c.at()]++
		}
	}
	gaps, named := 0, 0
	for col, n := range fills {
		if 2*n >= len(below) && cellAt(row, col).Kind == Empty {
			gaps++
			if cellAt(next, col).Kind != Empty {
				named++
			}
		}
	}
	if gaps == 0 || 2*named < gaps {
		return false
	}
	short, repeats := true, false
	seen := map[string]bool{}
	hits := 0
	for _, c := range next.cells {
		short = short && len([]rune(c.Text)) <= 30
		repeats = repeats || seen[c.Text]
		seen[c.Text] = true
		if known(headerName(c.Text)) {
			hits++
		}
	}
	leaves := false // a column of the first row that the second has no need to divide
	for _, c := range row.cells {
		leaves = leaves || cellAt(next, c.at()).Kind == Empty
	}
	return short && (leaves || repeats || hits >= 2)
}

// headerBegins reports whether rows[above] holds headings over groups of the
// columns that rows[top] names.
func headerBegins(rows []rawRow, merges []rect, above, top int, format Format) bool {
	up, row := rows[above], rows[top]
	if len(up.cells) == 0 || countLabels(up) < len(up.cells) {
		return false
	}
	firstCol, lastCol := row.cells[0].at(), row.cells[len(row.cells)-1].at()
	if format == XLSX {
		for _, m := range merges {
			if m.r1 == up.number && m.r2 == up.number && m.c2 > m.c1 && m.c1 >= firstCol && !(m.c1 == firstCol && m.c2 >= lastCol) {
				return true
			}
		}
		return false
	}
	if len(up.cells) < 2 || len(up.cells) >= len(row.cells) || up.cells[0].at() < firstCol {
		return false
	}
	groups := 0
	for i, c := range up.cells {
		end := lastCol
		if i+1 < len(up.cells) {
			end = up.cells[i+1].at() - 1
		}
		n := 0
		for _, r := range row.cells {
			if r.at() >= c.at() && r.at() <= end {
				n++
			}
		}
		if n > 1 {
			groups++
		}
	}
	return groups >= 2
}
