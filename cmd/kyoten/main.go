// Command kyoten runs and tends a co-creation hub. One file per command; what
// the commands do stands in internal/app and the rooms above it.
package main

import "fmt"

func main() { fmt.Println("kyoten") }
