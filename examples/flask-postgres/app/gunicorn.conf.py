bind = "0.0.0.0:8000"
workers = 2
timeout = 30
accesslog = "-"
worker_tmp_dir = "/dev/shm"
