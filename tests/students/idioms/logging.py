import logging
logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
logging.getLogger(__name__).info("shape %s", (1, 2)); logging.warning("careful")
try:
    1 / 0
except ZeroDivisionError:
    logging.exception("failed")
