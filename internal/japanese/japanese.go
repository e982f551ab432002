// Package japanese knows how Japanese is written: widths, kana, variant kanji,
// era dates, amounts in 万円, CP932, and the words of a sentence.
//
// It is about text alone and is pure: it keeps no state but dictionaries that
// are loaded once, and never decides what a word means to the hub (synonyms and
// weights are package retrieval/lexical's) nor what a column of a spreadsheet
// means (package intake's).
package japanese
