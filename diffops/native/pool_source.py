"""The native side of a pool of threads, in LLVM IR.

A job is a number of blocks. The caller takes them one after the other, and so do the
threads that it has called. One that wakes late finds none left, and is not waited for.
"""

from __future__ import annotations

from diffops.native.thread_count import MOST

# Places in the pool's memory. Each worker has a stretch of its own: what one writes
# often does not lie beside what others read.
STARTED, _PART, _FRAME, _COUNT, FINISHED = 8, 16, 24, 32, 40
_NEXT, TAKEN, _FLOATING, WORKERS, STRETCH = 64, 128, 192, 512, 128
_LOCK, _POOL, TAKEN_BY_WORKER = 8, 16, 64
SIZE = WORKERS + MOST * STRETCH

#: So often a thread looks for work, or for another's end, before it sleeps.
_LOOKS = 5000

# States of a worker: it sleeps, or looks around after its work. It is called, and
# works, or is called back before it has woken. The caller may wait for its end.
_ASLEEP, _AWAKE, _CALLED, _WORKING, _CALLED_BACK, _AWAITED = range(6)


def source(pause: str = "", declares: str = "") -> str:
    """Return LLVM IR of ``@share(settings, part, frame, count)``.

    It runs ``part(frame, k)`` for every k below the count, in several threads. The
    settings are the address of ``@share``, the number of threads, and where the address
    of the pool is.
    """
    return f"""\
declare i32 @PyThread_acquire_lock(ptr, i32)
declare void @PyThread_release_lock(ptr)
declare ptr @PyThread_allocate_lock()
declare i64 @PyThread_start_new_thread(ptr, ptr)
declare i32 @fegetenv(ptr)
declare i32 @fesetenv(ptr)
{declares}

define void @share(ptr %settings, ptr %part, ptr %frame, i64 %count) {{
  %threads.p = getelementptr i8, ptr %settings, i64 8
  %threads = load i64, ptr %threads.p
  %cell.p = getelementptr i8, ptr %settings, i64 16
  %cell = load ptr, ptr %cell.p
  %pool = load ptr, ptr %cell
  %taken = cmpxchg ptr %pool, i64 0, i64 1 acquire monotonic
  %free = extractvalue {{ i64, i1 }} %taken, 1
  br i1 %free, label %ours, label %alone
alone:
  %k = phi i64 [ 0, %0 ], [ %k.next, %alone ]
  call void %part(ptr %frame, i64 %k)
  %k.next = add i64 %k, 1
  %k.more = icmp ult i64 %k.next, %count
  br i1 %k.more, label %alone, label %done
ours:
  %part.p = getelementptr i8, ptr %pool, i64 {_PART}
  store ptr %part, ptr %part.p
  %frame.p = getelementptr i8, ptr %pool, i64 {_FRAME}
  store ptr %frame, ptr %frame.p
  %count.p = getelementptr i8, ptr %pool, i64 {_COUNT}
  store i64 %count, ptr %count.p
  %next.p = getelementptr i8, ptr %pool, i64 {_NEXT}
  store atomic i64 0, ptr %next.p monotonic, align 8
  %floating = getelementptr i8, ptr %pool, i64 {_FLOATING}
  call i32 @fegetenv(ptr %floating)
  %fewer = icmp ult i64 %threads, %count
  %several = select i1 %fewer, i64 %threads, i64 %count
  %wanted = sub i64 %several, 1
  %helpers = call i64 @started(ptr %pool, i64 %wanted)
  br label %calls
calls:
  %i = phi i64 [ 0, %ours ], [ %i.next, %calls.one ]
  %i.more = icmp ult i64 %i, %helpers
  br i1 %i.more, label %calls.one, label %work
calls.one:
  %called = call ptr @worker_of(ptr %pool, i64 %i)
  call void @call(ptr %called)
  %i.next = add i64 %i, 1
  br label %calls
work:
  %own = getelementptr i8, ptr %pool, i64 {TAKEN}
  call void @turns(ptr %pool, ptr %own)
  br label %ends
ends:
  %j = phi i64 [ 0, %work ], [ %j.next, %ends.one ]
  %j.more = icmp ult i64 %j, %helpers
  br i1 %j.more, label %ends.one, label %free.again
ends.one:
  %ended = call ptr @worker_of(ptr %pool, i64 %j)
  call void @end(ptr %pool, ptr %ended)
  %j.next = add i64 %j, 1
  br label %ends
free.again:
  store atomic i64 0, ptr %pool release, align 8
  br label %done
done:
  ret void
}}

define internal ptr @worker_of(ptr %pool, i64 %i) {{
  %first = getelementptr i8, ptr %pool, i64 {WORKERS}
  %offset = mul i64 %i, {STRETCH}
  %worker = getelementptr i8, ptr %first, i64 %offset
  ret ptr %worker
}}

define internal void @turns(ptr %pool, ptr %taken) {{
  %part.p = getelementptr i8, ptr %pool, i64 {_PART}
  %part = load ptr, ptr %part.p
  %frame.p = getelementptr i8, ptr %pool, i64 {_FRAME}
  %frame = load ptr, ptr %frame.p
  %count.p = getelementptr i8, ptr %pool, i64 {_COUNT}
  %count = load i64, ptr %count.p
  %next.p = getelementptr i8, ptr %pool, i64 {_NEXT}
  br label %look
look:
  %k = atomicrmw add ptr %next.p, i64 1 monotonic
  %more = icmp ult i64 %k, %count
  br i1 %more, label %one, label %done
one:
  call void %part(ptr %frame, i64 %k)
  %before = load i64, ptr %taken
  %after = add i64 %before, 1
  store i64 %after, ptr %taken
  br label %look
done:
  ret void
}}

; Starts workers that are missing, and returns how many of those wanted there are.
define internal i64 @started(ptr %pool, i64 %wanted) {{
  %started.p = getelementptr i8, ptr %pool, i64 {STARTED}
  br label %look
look:
  %started = load i64, ptr %started.p
  %enough = icmp uge i64 %started, %wanted
  br i1 %enough, label %all, label %make
make:
  %worker = call ptr @worker_of(ptr %pool, i64 %started)
  %lock = call ptr @PyThread_allocate_lock()
  %failed = icmp eq ptr %lock, null
  br i1 %failed, label %some, label %start
start:
  call i32 @PyThread_acquire_lock(ptr %lock, i32 1)
  %lock.p = getelementptr i8, ptr %worker, i64 {_LOCK}
  store ptr %lock, ptr %lock.p
  %pool.p = getelementptr i8, ptr %worker, i64 {_POOL}
  store ptr %pool, ptr %pool.p
  %thread = call i64 @PyThread_start_new_thread(ptr @worker, ptr %worker)
  %id = trunc i64 %thread to i32 ; there are systems where it has no more bits
  %none = icmp eq i32 %id, -1
  br i1 %none, label %some, label %next
next:
  %increased = add i64 %started, 1
  store i64 %increased, ptr %started.p
  br label %look
all:
  ret i64 %wanted
some:
  ret i64 %started
}}

; Calls a worker, and wakes it if it sleeps.
define internal void @call(ptr %worker) {{
  br label %asleep
asleep:
  %a = cmpxchg ptr %worker, i64 {_ASLEEP}, i64 {_CALLED} release monotonic
  %was.asleep = extractvalue {{ i64, i1 }} %a, 1
  br i1 %was.asleep, label %wake, label %awake
wake:
  %lock.p = getelementptr i8, ptr %worker, i64 {_LOCK}
  %lock = load ptr, ptr %lock.p
  call void @PyThread_release_lock(ptr %lock)
  ret void
awake:
  %b = cmpxchg ptr %worker, i64 {_AWAKE}, i64 {_CALLED} release monotonic
  %was.awake = extractvalue {{ i64, i1 }} %b, 1
  br i1 %was.awake, label %done, label %back
back:
  %c = cmpxchg ptr %worker, i64 {_CALLED_BACK}, i64 {_CALLED} release monotonic
  %was.back = extractvalue {{ i64, i1 }} %c, 1
  br i1 %was.back, label %done, label %asleep
done:
  ret void
}}

; Calls a worker back, or waits until it has done its last block.
define internal void @end(ptr %pool, ptr %worker) {{
  %a = cmpxchg ptr %worker, i64 {_CALLED}, i64 {_CALLED_BACK} acquire monotonic
  %never = extractvalue {{ i64, i1 }} %a, 1
  br i1 %never, label %done, label %look
look:
  %n = phi i64 [ 0, %0 ], [ %n.next, %again ]
  %state = load atomic i64, ptr %worker acquire, align 8
  %works = icmp eq i64 %state, {_WORKING}
  br i1 %works, label %again, label %done
again:
  {pause}
  %n.next = add i64 %n, 1
  %patient = icmp ult i64 %n.next, {_LOOKS}
  br i1 %patient, label %look, label %wait
wait:
  %b = cmpxchg ptr %worker, i64 {_WORKING}, i64 {_AWAITED} acquire acquire
  %slow = extractvalue {{ i64, i1 }} %b, 1
  br i1 %slow, label %sleep, label %done
sleep:
  %lock.p = getelementptr i8, ptr %pool, i64 {FINISHED}
  %lock = load ptr, ptr %lock.p
  call i32 @PyThread_acquire_lock(ptr %lock, i32 1)
  br label %done
done:
  ret void
}}

define internal void @worker(ptr %worker) {{
  %lock.p = getelementptr i8, ptr %worker, i64 {_LOCK}
  %lock = load ptr, ptr %lock.p
  %pool.p = getelementptr i8, ptr %worker, i64 {_POOL}
  %pool = load ptr, ptr %pool.p
  %taken = getelementptr i8, ptr %worker, i64 {TAKEN_BY_WORKER}
  %floating = getelementptr i8, ptr %pool, i64 {_FLOATING}
  %finished.p = getelementptr i8, ptr %pool, i64 {FINISHED}
  %finished = load ptr, ptr %finished.p
  br label %sleep
sleep:
  call i32 @PyThread_acquire_lock(ptr %lock, i32 1)
  br label %woken
woken:
  %a = cmpxchg ptr %worker, i64 {_CALLED}, i64 {_WORKING} acquire monotonic
  %called = extractvalue {{ i64, i1 }} %a, 1
  br i1 %called, label %work, label %late
late:
  %b = cmpxchg ptr %worker, i64 {_CALLED_BACK}, i64 {_ASLEEP} acquire monotonic
  %back = extractvalue {{ i64, i1 }} %b, 1
  br i1 %back, label %sleep, label %woken
work:
  call i32 @fesetenv(ptr %floating)
  call void @turns(ptr %pool, ptr %taken)
  %before = atomicrmw xchg ptr %worker, i64 {_AWAKE} acq_rel
  %awaited = icmp eq i64 %before, {_AWAITED}
  br i1 %awaited, label %tell, label %look
tell:
  call void @PyThread_release_lock(ptr %finished)
  br label %look
look:
  %n = phi i64 [ 0, %work ], [ 0, %tell ], [ %n.next, %again ]
  %state = load atomic i64, ptr %worker monotonic, align 8
  %idle = icmp eq i64 %state, {_AWAKE}
  br i1 %idle, label %again, label %woken
again:
  {pause}
  %n.next = add i64 %n, 1
  %patient = icmp ult i64 %n.next, {_LOOKS}
  br i1 %patient, label %look, label %tired
tired:
  %c = cmpxchg ptr %worker, i64 {_AWAKE}, i64 {_ASLEEP} acquire monotonic
  %still = extractvalue {{ i64, i1 }} %c, 1
  br i1 %still, label %sleep, label %woken
}}
"""
