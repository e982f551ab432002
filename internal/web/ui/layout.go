package ui

import "strings"

// paragraphs splits a text at empty lines, and each paragraph into its lines.
func paragraphs(text string) [][]string {
	var out [][]string
	text = strings.ReplaceAll(text, "\r\n", "\n")
	for _, p := range strings.Split(text, "\n\n") {
		if p = strings.Trim(p, "\n"); p != "" {
			out = append(out, strings.Split(p, "\n"))
		}
	}
	return out
}
