"""A VAE without training: its latents are the mean colours of 8 x 8 pixels, which it draws again as squares.

Residual blocks and attention add nothing. `silu(x) - silu(-x)` is `x`, so that channels in pairs of opposite signs pass
the activations as they are; two large constant channels keep the norms from changing the scale of an image.
"""

import torch

LARGE = 30.0
# Red, green and blue, their opposites, and the constants.
CHANNELS = 8
# The spread of latents should be about 1, as of the real model.
SPREAD = 0.55


def _nothing(module):
    for parameter in module.parameters():
        parameter.data.zero_()


def _copy(convolution, channels=CHANNELS, kernel=None):
    """Each of the first channels as it is."""
    _nothing(convolution)
    weight = convolution.weight.data
    if kernel is None:
        middle = weight.shape[-1] // 2
        for channel in range(channels):
            weight[channel, channel, middle, middle] = 1.0
    else:
        for channel in range(channels):
            weight[channel, channel] = kernel


def _residual(block):
    for norm in (block.norm1, block.norm2):
        norm.weight.data.fill_(1.0)
    _nothing(block.conv1)
    _nothing(block.conv2)
    if block.conv_shortcut is not None:
        _copy(block.conv_shortcut)


def _middle(block):
    for resnet in block.resnets:
        _residual(resnet)
    for attention in block.attentions:
        _nothing(attention.to_out[0])


def _spread_out(convolution, inputs):
    """Colours, their opposites and the constants, from an input that begins with the colours."""
    _nothing(convolution)
    middle = convolution.weight.shape[-1] // 2
    for channel in range(3):
        convolution.weight.data[channel, channel, middle, middle] = inputs
        convolution.weight.data[channel + 3, channel, middle, middle] = -inputs
    convolution.bias.data[6], convolution.bias.data[7] = LARGE, -LARGE


def _gather(part, outputs):
    """Pairs of channels as one, at their scale before the norm of this part."""
    part.conv_norm_out.weight.data.fill_(1.0)
    part.conv_norm_out.bias.data.zero_()
    _nothing(part.conv_out)
    width = part.conv_norm_out.num_channels
    scale = LARGE * (2 / width) ** 0.5 * outputs
    middle = part.conv_out.weight.shape[-1] // 2
    for channel in range(3):
        part.conv_out.weight.data[channel, channel, middle, middle] = scale
        part.conv_out.weight.data[channel, channel + 3, middle, middle] = -scale


@torch.no_grad()
def make_plain(vae):
    """Sets the weights of a VAE whose norms have one group."""
    encoder, decoder = vae.encoder, vae.decoder
    _spread_out(encoder.conv_in, 1.0)
    mean = torch.zeros(3, 3)
    mean[:2, :2] = 0.25
    for block in encoder.down_blocks:
        for resnet in block.resnets:
            _residual(resnet)
        for sampler in block.downsamplers or ():
            _copy(sampler.conv, kernel=mean)
    _middle(encoder.mid_block)
    _gather(encoder, 1 / SPREAD)
    _copy(vae.quant_conv, 4)
    _copy(vae.post_quant_conv, 4)
    _spread_out(decoder.conv_in, SPREAD)
    _middle(decoder.mid_block)
    for block in decoder.up_blocks:
        for resnet in block.resnets:
            _residual(resnet)
        for sampler in block.upsamplers or ():
            _copy(sampler.conv)
    _gather(decoder, 1.0)
    vae.register_to_config(scaling_factor=1.0)
    return vae
