package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"
)

type request struct {
	Scheme  string
	Secret  string
	Headers map[string]string
	Body    []byte
	Now     int64
}

func main() {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var one request
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			panic(err)
		}
		header := http.Header{}
		for name, value := range one.Headers {
			header.Set(name, value)
		}
		if one.Scheme == "standard" {
			fmt.Println(Verify(one.Secret, header, one.Body, 5*time.Minute, time.Unix(one.Now, 0)))
		} else {
			fmt.Println(VerifyBody(one.Secret, header, one.Body))
		}
	}
}
