"""What is kept on disk: the cache of answers, and what is kept for good.  The only room that knows diskcache."""
