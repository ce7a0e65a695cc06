from tqdm import tqdm
assert sum(tqdm(range(4))) == 6
