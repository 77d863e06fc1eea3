// The first load, when everything else is there.

paintQueue();
loadComparisons();
listen();
flush(0);
