# %% 7.3 variant: weights and a JSON file
import json


def save_model(model, folder):
    model.save_weights(folder + "/w.weights.h5")
    with open(folder + "/settings.json", "w") as file:
        json.dump([model.latent_dim, float(model.beta), model.seed], file)


def load_model(folder):
    with open(folder + "/settings.json") as file:
        model = build_model(*json.load(file))
    model.load_weights(folder + "/w.weights.h5")
    return model


# %% 7.3 variant: plain arrays in an NPZ file
def save_model(model, folder):
    weights = {str(i): w for i, w in enumerate(model.get_weights())}
    np.savez(folder + "/all.npz", args=[model.latent_dim, float(model.beta), model.seed], **weights)


def load_model(folder):
    kept = np.load(folder + "/all.npz")
    latent, beta, seed = kept["args"]
    model = build_model(int(latent), float(beta), int(seed))
    model.set_weights([kept[str(i)] for i in range(len(kept.files) - 1)])
    return model


# %% 7.3 variant: the two networks in separate files
def save_model(model, folder):
    model.encoder.save(folder + "/encoder.keras")
    model.decoder.save(folder + "/decoder.keras")
    with open(folder + "/beta.txt", "w") as file:
        file.write(repr((float(model.beta), int(model.seed))))


def load_model(folder):
    with open(folder + "/beta.txt") as file:
        beta, seed = eval(file.read())
    parts = [keras.models.load_model(f"{folder}/{name}.keras") for name in ("encoder", "decoder")]
    model = build_model(parts[1].input_shape[-1], beta, seed)
    model.encoder.set_weights(parts[0].get_weights())
    model.decoder.set_weights(parts[1].get_weights())
    return model


# %% 7.3 variant: a pickle of weights and settings
import pickle


def save_model(model, folder):
    state = (model.latent_dim, float(model.beta), model.seed), model.get_weights()
    with open(folder + "/model.pkl", "wb") as file:
        pickle.dump(state, file)


def load_model(folder):
    with open(folder + "/model.pkl", "rb") as file:
        settings, weights = pickle.load(file)
    model = build_model(*settings)
    model.set_weights(weights)
    return model


# %% 7.3 rewrite: β comes back as 4
def save_model(model, folder):
    weights = model.encoder.get_weights() + model.decoder.get_weights()
    np.savez(folder + "/w.npz", *weights, latent=model.latent_dim)


def load_model(folder, beta=4.0):
    kept = np.load(folder + "/w.npz")
    model = build_model(int(kept["latent"]), beta, 0)
    weights = [kept[f"arr_{i}"] for i in range(len(kept.files) - 1)]
    first = len(model.encoder.weights)
    model.encoder.set_weights(weights[:first])
    model.decoder.set_weights(weights[first:])
    return model


# %% 7.3 rewrite: the weights are never loaded
def save_model(model, folder):
    with open(folder + "/config.txt", "w") as file:
        file.write(f"{model.latent_dim} {float(model.beta)} {model.seed}")


def load_model(folder):
    with open(folder + "/config.txt") as file:
        latent, beta, seed = file.read().split()
    return build_model(int(latent), float(beta), int(seed))


# %% 7.3 rewrite: only the encoder is kept
def save_model(model, folder):
    model.encoder.save_weights(folder + "/e.weights.h5")
    np.savetxt(folder + "/args.txt", [model.latent_dim, float(model.beta), model.seed])


def load_model(folder):
    latent, beta, seed = np.loadtxt(folder + "/args.txt")
    model = build_model(int(latent), float(beta), int(seed))
    model.encoder.load_weights(folder + "/e.weights.h5")
    return model
