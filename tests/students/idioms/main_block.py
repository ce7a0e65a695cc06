if __name__ == '__main__':
    raise SystemExit
else:
    print(__name__, __file__)
