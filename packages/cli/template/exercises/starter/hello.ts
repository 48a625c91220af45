// TODO 1: say here what is to be written.
