module kollect.dev/bench/comparator

go 1.19
