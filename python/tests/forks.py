"""Training jobs without the seconds that importing torch takes: a process that imported it forks one for each job.

`python forks.py` reads the folder of a job from each line of stdin and answers with the id of its process, whose events go to
the folder's `stdout`; once that ended, it answers with its status.
"""

import os
import subprocess
import sys
import time


class Forks:
    def __init__(self):
        self.process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, folder, until):
        """Runs a job; `until(events)` is asked with the text of its events, and ends it with a kill. Returns its status."""
        events = os.path.join(folder, "stdout")
        open(events, "w").close()
        self.process.stdin.write(f"{folder}\n")
        self.process.stdin.flush()
        job = int(self.process.stdout.readline())
        while os.path.exists(f"/proc/{job}/exe"):
            with open(events) as file:
                if until(file.read()):
                    os.kill(job, 9)
                    break
            time.sleep(0.01)
        return int(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(60)


def fork(folder, train):
    """The process of one job."""
    job = os.fork()
    if job:
        return job
    # An open pipe in the place of the control process: a job whose stdin ends saves and ends.
    kept, _ = os.pipe()
    for target, source in ((0, kept), (1, os.open(os.path.join(folder, "stdout"), os.O_WRONLY)), (2, os.open(os.devnull, os.O_WRONLY))):
        os.dup2(source, target)
    sys.stdin = open(0, closefd=False)
    sys.stdout = open(1, "w", closefd=False)
    sys.stderr = open(2, "w", closefd=False)
    os._exit(train.main(folder))


def main():
    import diffusers  # noqa: F401
    import peft  # noqa: F401
    import torch  # noqa: F401
    from diffusers import StableDiffusionXLPipeline  # noqa: F401
    from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer  # noqa: F401

    from dgx_pixels_worker import base, lora, sample, state, train  # noqa: F401

    answers = os.fdopen(os.dup(1), "w", buffering=1)
    for line in sys.stdin:
        job = fork(line.strip(), train)
        answers.write(f"{job}\n")
        answers.write(f"{os.waitstatus_to_exitcode(os.waitpid(job, 0)[1])}\n")


if __name__ == "__main__":
    main()
