import time, timeit
begin = time.time(); time.perf_counter(); time.sleep(0.001); time.process_time(); time.monotonic()
time.strftime("%Y-%m-%d", time.localtime()); time.ctime(); time.gmtime()
assert timeit.timeit("1 + 1", number=10) >= 0 and time.time() >= begin
